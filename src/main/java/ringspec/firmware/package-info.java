/** What a PC's firmware leaves behind for a kernel: the memory map, ACPI tables, interrupt controllers in a known state. */
package ringspec.firmware;
