package ringspec.boot;

/**
 * A file that is loaded beside the kernel.
 *
 * @param bytes its content, which must not change any more
 * @param arguments the string that the kernel finds with it
 */
public record BootModule(byte[] bytes, String arguments) {
}
