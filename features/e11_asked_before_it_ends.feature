@E11 @duty:minor-report
Feature: No case ends while nobody can say whether a report is owed
  A slip of the pen does not take the age away: whoever corrects how it is known says the age along with it.

  Background:
    Given a survivor whose age nobody can prove, who looks about 16
    And these answers
      | fact       | answer |
      | age_stated | 16     |

  Scenario: Before the case is closed, it comes out how old she says she is, and that a crime is suspected
    Given no crime is suspected any more
    When reception receives her alone
    And everyone works until the coordinator can do "Check what is owed, then close"
    And reception corrects age known to stated
    And reception corrects suspected crime to yes
    Then protection is child
    And the report is owed
    And nobody can do "Check what is owed, then close"
    When everyone does their work
    Then the report is met
    And the case is closed

  Scenario: How the age is known is corrected when the report is about to be made
    When reception receives her alone
    And everyone works until medical can do "Report to the police"
    And reception corrects age known to stated
    Then protection is child
    When medical does "Report to the police"
    Then the report is met
