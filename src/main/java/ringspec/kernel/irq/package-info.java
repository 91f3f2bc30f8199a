/**
 * Interrupts: the local APIC and the I/O APIC as the kernel uses them, and the lines that are bound to endpoints.
 *
 * <p>A line is level-triggered and stays masked in the I/O APIC except between irq_bind and its next interrupt. The kernel sends
 * one EOI for every interrupt that it takes, after it has masked the line.
 *
 * <p>A process that binds a line through an Interrupt capability with WRITE may also use the device's I/O ports, by the TSS's I/O
 * permission bitmap, for as long as it has that capability. Of the devices here only the serial port on line 4 has ports
 * (0x3F8 to 0x3FF).
 */
package ringspec.kernel.irq;
