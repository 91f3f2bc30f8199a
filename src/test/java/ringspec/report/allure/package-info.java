/** What the Allure report says of a scenario beyond what Allure's own adapter knows: chapter, clauses and a lasting identity. */
package ringspec.report.allure;
