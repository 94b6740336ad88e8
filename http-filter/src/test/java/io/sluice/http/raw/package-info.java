/** Raw-socket cases, the two peers that play them, and the proxy between those. */
package io.sluice.http.raw;
