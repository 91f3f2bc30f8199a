/**
 * The arithmetic of the x87: 80-bit values in, 80-bit values and exceptions out, exact in every precision and rounding mode. It knows
 * neither the register stack nor memory.
 */
package ringspec.cpu.x87;
