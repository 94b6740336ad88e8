/** Shows that the figures mean what the report says. */
@NullMarked
package io.sluice.bench;

import org.jspecify.annotations.NullMarked;
