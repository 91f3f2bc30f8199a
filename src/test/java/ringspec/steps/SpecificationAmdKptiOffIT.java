package ringspec.steps;

import io.cucumber.junit.platform.engine.Constants;
import org.junit.platform.suite.api.ConfigurationParameter;
import org.junit.platform.suite.api.IncludeEngines;
import org.junit.platform.suite.api.SelectDirectories;
import org.junit.platform.suite.api.Suite;
import org.junit.platform.suite.api.SuiteDisplayName;

/** The executable specification on the AMD processor model, of the kernel without page-table isolation. */
@Suite
@SuiteDisplayName("AMD KPTI off")
@IncludeEngines("cucumber")
@SelectDirectories("features")
@ConfigurationParameter(key = Constants.GLUE_PROPERTY_NAME,
        value = "ringspec.steps,ringspec.model.amd,ringspec.model.kptioff")
@ConfigurationParameter(key = Constants.PLUGIN_PROPERTY_NAME,
        value = "ringspec.report.allure.AllureSpecification:AMD KPTI off,"
                + "ringspec.report.cucumber.ConformanceCollector:AMD KPTI off")
final class SpecificationAmdKptiOffIT {
}
