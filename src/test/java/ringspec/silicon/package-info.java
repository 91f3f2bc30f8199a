/**
 * The differential test against the real processor: instructions made from the table run on the host's processor, in a child JVM by the
 * foreign-function API, and on the emulated one; every register, flag, memory byte and fault is compared.
 */
package ringspec.silicon;
