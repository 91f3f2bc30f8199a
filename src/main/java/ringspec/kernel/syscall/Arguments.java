package ringspec.kernel.syscall;

/**
 * The six arguments of a system call, in the order of the contract: RDI RSI RDX R10 R8 R9.
 */
public record Arguments(long first, long second, long third, long fourth, long fifth, long sixth) {
}
