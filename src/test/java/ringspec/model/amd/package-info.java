/** The hook that puts scenarios on the AMD processor model. Not below the steps, which both models' suites share. */
package ringspec.model.amd;
