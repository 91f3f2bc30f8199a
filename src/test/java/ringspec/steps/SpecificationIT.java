package ringspec.steps;

import org.junit.platform.suite.api.IncludeEngines;
import org.junit.platform.suite.api.SelectDirectories;
import org.junit.platform.suite.api.Suite;

/** The executable specification: every scenario under {@code features/}. */
@Suite
@IncludeEngines("cucumber")
@SelectDirectories("features")
final class SpecificationIT {
}
