/** Tests of the ELF grammar, of the loader's rules over it, and of the malformed files. */
package ringspec.elf;
