/**
 * From resolved rules to the resources that the proxy is configured by. Equal input gives equal
 * bytes, so that what did not change is not sent.
 *
 * <p>Starting points: {@link io.sluice.xds.translate.Resources}.
 *
 * <p>Pure: opens nothing. Knows the protobufs and nothing of who asks for them.
 */
@NullMarked
package io.sluice.xds.translate;

import org.jspecify.annotations.NullMarked;
