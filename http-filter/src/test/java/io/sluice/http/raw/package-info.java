/** Raw-socket cases and the two peers that play them. */
package io.sluice.http.raw;
