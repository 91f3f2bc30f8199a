/** The instruction set as a table: bytes to meaning (decoder), meaning to text (disassembler) and text to bytes (assembler), without any state. */
package ringspec.isa;
