/** The kernel without KPTI, for a suite that has this package among its glue beside that of a processor model. */
package ringspec.model.kptioff;
