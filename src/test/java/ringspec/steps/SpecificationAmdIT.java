package ringspec.steps;

import io.cucumber.junit.platform.engine.Constants;
import org.junit.platform.suite.api.ConfigurationParameter;
import org.junit.platform.suite.api.IncludeEngines;
import org.junit.platform.suite.api.SelectDirectories;
import org.junit.platform.suite.api.Suite;
import org.junit.platform.suite.api.SuiteDisplayName;

/** The executable specification, every scenario under {@code features/}, on the AMD processor model. */
@Suite
@SuiteDisplayName("AMD")
@IncludeEngines("cucumber")
@SelectDirectories("features")
@ConfigurationParameter(key = Constants.GLUE_PROPERTY_NAME, value = "ringspec.steps,ringspec.model.amd")
@ConfigurationParameter(key = Constants.PLUGIN_PROPERTY_NAME, value = "ringspec.report.allure.AllureSpecification:AMD,"
        + "ringspec.report.cucumber.ConformanceCollector:AMD")
final class SpecificationAmdIT {
}
