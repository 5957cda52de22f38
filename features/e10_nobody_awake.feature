@E10 @duty:minor-report @duty:pep-offered
Feature: At night, too, somebody awake holds every duty, or the coordinator sees that nobody does
  The sources name medical for the report. At two in the morning medical may have nobody here.

  Background:
    Given a survivor who is 12 years old
    And the survivor is a girl
    And the assault happened 5 hours ago
    When reception receives her with her mother

  Scenario: Only psychosocial is here, and the doctor on call holds what medical owes
    When medical records that a crime is suspected
    And psychosocial is on shift
    And medical is on call for 10 hours
    Then the report is held by medical on call
    When medical is on shift
    Then the report is held by medical on shift
    When medical goes home
    Then the report is held by medical on call

  Scenario: Nobody of medical can be called, and the next service that may know holds the report
    When medical records that a crime is suspected
    And psychosocial is on shift
    Then the report is held by psychosocial on shift
    And psychosocial sees on the work list that the report waits for them

  Scenario: What is clinical falls to nobody who does not see it, and the coordinator has somebody called
    When the survivor chooses medical care and nothing else
    And psychosocial is on shift
    Then nobody awake holds PEP offered
    When the coordinator is on call for 10 hours
    Then PEP offered is held by the coordinator on call
    And the coordinator sees on the work list that PEP offered waits for them

  Scenario: A shift ends by itself, and a duty that nobody holds is still owed
    When medical records that a crime is suspected
    And reception is on shift
    And 11 hours and 59 minutes pass
    Then the report is held by reception on shift
    When 1 minute passes
    Then nobody awake holds the report
    And the report is owed

  Scenario: The police and the safe room hold nothing but their own
    When medical records that a crime is suspected
    And the police are on shift
    And the safe room is on shift
    Then nobody awake holds the report
