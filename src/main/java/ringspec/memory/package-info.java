/**
 * Physical memory as bytes and nothing else: page frames that are allocated when first written and shared copy-on-write
 * between forked machines, the physical bus with its memory-mapped windows, and the port space.
 */
package ringspec.memory;
