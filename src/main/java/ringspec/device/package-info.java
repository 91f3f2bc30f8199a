/**
 * Devices on the port and memory-mapped buses: interrupt controllers, timers and clocks, the serial port, what else a kernel for
 * PCs may look for, and the spaces that dispatch to them.
 */
package ringspec.device;
