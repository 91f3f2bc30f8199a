/**
 * Messages and the endpoints that they go through.
 *
 * <p>What the contract leaves open:
 * <ul>
 * <li>A receiver's whole structure is written, with zeroes where the message has nothing. It must be writable when the thread
 * calls; if it isn't any more at the meeting, the receiver gets FAULT and the message goes to the next receiver, or its sender
 * waits on.
 * <li>A message whose capabilities (and Reply) have no room in the receiver's table gives its sender FULL; the receiver waits on,
 * or takes the next sender's message.
 * <li>A Reply has WRITE and no GRANT, so it stays in the table that it was made in, in the lowest slot that is free after the
 * message's capabilities. If its caller has ended, ipc_reply gives DEAD, and the slot is for cap_delete. An answer that the caller
 * has no room for is FULL and can be tried again; one whose buffer is gone wakes it with FAULT, and ipc_reply has succeeded. An
 * answer has no badge.
 * <li>A notification is 8 bytes of data, without badge. Its bits are not 0 (INVAL).
 * <li>Who waits wakes with DEAD by the rules of {@link ringspec.kernel.ipc.Endings}.
 * <li>The kernel prints what is sent to the serial endpoint, and answers a call with an empty message, until a process receives
 * there. From then on messages wait for that process, as long as it lives and can receive there.
 * <li>A woken thread that is more urgent than the running one has the processor at once; the running one comes next among its
 * peers.
 * </ul>
 */
package ringspec.kernel.ipc;
