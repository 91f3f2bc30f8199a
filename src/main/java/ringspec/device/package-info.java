/**
 * Devices on the port and memory-mapped buses: the interrupt controllers, the serial port, the exit port, and the spaces that
 * dispatch to them.
 */
package ringspec.device;
