/**
 * Capabilities: types, rights, the table of a process, the tree of derivations, and the checks that every system call begins with.
 *
 * <p>A copy is a child of its source, whoever holds it: by cap_transfer, mem_grant, cap_create from the same type, or a message. What
 * comes with a fresh object (mem_alloc, proc_create, thread_create, cap_create from a Process) is a root. A deleted capability's
 * children, and the pages mapped through it, pass to its parent, so that revoking from above still reaches them.
 */
package ringspec.kernel.cap;
