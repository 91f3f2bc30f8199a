/** Starts kernels that others have built: Multiboot images, checked by rules and put into a machine. */
package ringspec.boot;
