/**
 * The door for operators: health, metrics, status and what is in force, over HTTP/1.1.
 *
 * <p>Starting point: {@link io.sluice.proxy.admin.AdminServer}.
 *
 * <p>Read-only. What it shows is given to it; must not know any other stage.
 */
@NullMarked
package io.sluice.proxy.admin;

import org.jspecify.annotations.NullMarked;
