/** Tests of the instruction table, decoder and disassembler: rows against samples made from them, and against GNU objdump. */
package ringspec.isa;
