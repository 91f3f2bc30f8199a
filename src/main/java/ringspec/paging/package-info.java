/**
 * 4-level paging as pure translation over physical memory: page-table entries, the page walk with its access rights and
 * accessed/dirty bits, the TLB, and explanations of all of it for reports and debuggers.
 */
package ringspec.paging;
