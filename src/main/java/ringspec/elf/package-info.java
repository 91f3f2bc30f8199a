/**
 * A validated ELF64 image: what a loader may act on, checked once, over the generated Kaitai parser.
 *
 * <p>{@link ringspec.elf.ElfImage#parse(byte[])} answers with an image or with one refusal that names the field, its
 * value and the rule. It never throws, whatever the bytes are, and never takes memory in proportion to a number in the
 * file, only to the file's own length.
 */
package ringspec.elf;
