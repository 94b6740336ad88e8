/**
 * The agent's configuration file: read strictly, documented from the table that it is read by.
 *
 * <p>Starting point: {@link io.sluice.proxy.config.Config}.
 *
 * <p>Must not know any stage that is configured.
 */
@NullMarked
package io.sluice.proxy.config;

import org.jspecify.annotations.NullMarked;
