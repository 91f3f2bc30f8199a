/** Text to bytes: an assembler of 64-bit mode in Intel syntax, which knows instructions only from the table of {@link ringspec.isa}. */
package ringspec.isa.assembler;
