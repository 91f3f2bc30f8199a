/**
 * The ELF loader: a validated image into an empty address space.
 */
package ringspec.kernel.loader;
