Feature: Running out of frames while loading
  A process either comes to be as a whole or leaves nothing behind.

  @LOAD-13
  Scenario Outline: Wherever memory ends while <fixture> is loaded, nothing stays allocated
    Given the fixture "<fixture>"
    When it is loaded with every number of free frames from 1 up to what it needs
    Then at least 20 attempts failed
    And every failed attempt left all frames free
    And the last attempt reached ring 3

    Examples:
      | fixture  |
      | hello    |
      | bss      |
