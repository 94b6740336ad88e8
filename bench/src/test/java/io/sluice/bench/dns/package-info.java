/** Shows that the figures about names mean what their report says. */
@NullMarked
package io.sluice.bench.dns;

import org.jspecify.annotations.NullMarked;
