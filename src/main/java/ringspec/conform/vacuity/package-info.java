/** Glue that only the vacuity check uses: it ruins the machine, so that whatever looks at it must notice. */
package ringspec.conform.vacuity;
