/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Which meaning the bytes in our maps have. Whoever finds programs attached reads it in their map `.rodata.version`, and
 * leaves maps of another version alone: equal shapes don't tell.
 *
 * To be raised when a release would misread what another one has written: a field that moves, goes or means something
 * else, a new value of an enum that is stored.
 */
#pragma once

#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#define LAYOUT_VERSION 1

const volatile __u32 layout_version SEC(".rodata.version") = LAYOUT_VERSION;
