Feature: Wiring
  The specification reaches the command.

  Scenario: The command tells its version
    When the command runs with "--version"
    Then it exits with status 0
