@E11 @duty:minor-report
Feature: No case ends while nobody can say whether a report is owed
  A slip of the pen took the age away again. It is asked, not passed over.

  Scenario: Before the case is closed, the age is not known any more
    Given a survivor whose age nobody can prove, who looks about 16
    And no crime is suspected any more
    When reception receives her alone
    And everyone works until the coordinator can do "Check what is owed, then close"
    And reception corrects age known to stated
    And reception corrects suspected crime to yes
    Then protection is not known
    And nobody can do "Check what is owed, then close"
    When everyone works until psychosocial can do "Ask what is still missing"
    And psychosocial does "Ask what is still missing"
      | fact            | answer |
      | age_known       | stated |
      | age_stated      | 15     |
    Then the report is owed
    When everyone does their work
    Then the report is met
    And the case is closed

  Scenario: The age is not known any more when the report is about to be made
    Given a survivor whose age nobody can prove, who looks about 16
    When reception receives her alone
    And everyone works until medical can do "Report to the police"
    And reception corrects age known to stated
    Then protection is not known
    And nobody can do "Report to the police"
    When medical does "Ask what is still missing"
      | fact       | answer |
      | age_known  | stated |
      | age_stated | 16     |
    Then protection is child
    When medical does "Report to the police"
    Then the report is met
