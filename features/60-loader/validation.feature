Feature: Files that the loader refuses
  A file is judged in full before the first frame is taken; every number in it may be hostile (D21). What is wrong with each
  malformed file stands in fixtures/malformed/malformed.yaml.

  @LOAD-01
  Scenario: Magic, class, byte order, version, machine and type are verified
    When each malformed file for LOAD-01 is offered as init
    Then at least 6 files were offered
    And the kernel refused each of them by the rule that the file breaks
    And no attempt took a frame
    And no attempt reached ring 3

  @LOAD-02
  Scenario: Headers that are truncated, overlap or lie about their size are refused
    When each malformed file for LOAD-02 is offered as init
    Then at least 6 files were offered
    And the kernel refused each of them by the rule that the file breaks
    And no attempt took a frame
    And no attempt reached ring 3

  @LOAD-08
  Scenario: Ranges that wrap, exceed the file or leave the user half are refused
    When each malformed file for LOAD-08 is offered as init
    Then at least 6 files were offered
    And the kernel refused each of them by the rule that the file breaks
    And no attempt took a frame
    And no attempt reached ring 3

  @LOAD-09
  Scenario: Segments that are writable and executable, or share a page with other rights, are refused
    When each malformed file for LOAD-09 is offered as init
    Then at least 2 files were offered
    And the kernel refused each of them by the rule that the file breaks
    And no attempt took a frame
    And no attempt reached ring 3

  @LOAD-12
  Scenario: An entry point outside the executable segments is refused
    When each malformed file for LOAD-12 is offered as init
    Then at least 2 files were offered
    And the kernel refused each of them by the rule that the file breaks
    And no attempt took a frame
    And no attempt reached ring 3

  @LOAD-10
  Scenario: An image that would map the null range is refused
    When each malformed file for LOAD-10 is offered as init
    Then at least 1 file was offered
    And the kernel refused each of them by the rule that the file breaks
    And no attempt took a frame
    And no attempt reached ring 3

  @LOAD-11
  Scenario: An image that touches the stack or its guards is refused
    When each malformed file for LOAD-11 is offered as init
    Then at least 1 file was offered
    And the kernel refused each of them by the rule that the file breaks
    And no attempt took a frame
    And no attempt reached ring 3

  @LOAD-01 @LOAD-02 @LOAD-08
  Scenario: No malformed file is forgotten
    When every malformed file is offered as init
    Then at least 40 files were offered
    And the kernel refused each of them by the rule that the file breaks
    And no attempt took a frame
    And no attempt reached ring 3
