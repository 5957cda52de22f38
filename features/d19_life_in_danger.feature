@D19 @duty:life-first
Feature: A life in danger is saved before anything is explained or asked
  She is carried in at night. The door does not matter, and no form comes first.

  Background:
    Given the survivor is bleeding heavily
    And the assault happened 5 hours ago

  Scenario: Reception calls medical, and asks nothing
    When reception receives her
    Then the next task of medical is "Stabilise the survivor now"
    And reception has no task
    And psychosocial has no task

  Scenario: The clocks go on meanwhile, and she hears her rights when she is stable
    When reception receives her
    Then medical sees that PEP is possible for 67 more hours
    When 2 hours pass
    And medical does "Stabilise the survivor now"
    Then the next task of reception is "Explain rights and services"
    And medical sees that PEP is possible for 65 more hours
    When reception does "Explain rights and services"
    Then life was saved before rights were explained

  Scenario: It is the same at the police desk
    When the police receive her
    Then the next task of medical is "Stabilise the survivor now"
    And the police have no task

  @duty:help-sent
  Scenario: A caller whose life is in danger is sent help
    When the survivor calls by telephone
    Then help is sent to a caller whose life is in danger is owed
    When reception does "Send help now"
    Then help is sent to a caller whose life is in danger is met
