@E04 @duty:life-first
Feature: Danger counts whenever it is learnt
  What looked calm at the door may not be.

  Scenario: A life in danger is learnt while reception explains
    Given the assault happened 5 hours ago
    When reception receives her alone
    Then reception can do "Explain rights and services"
    When reception corrects life threat to yes
    Then medical can do "Stabilise the survivor now"
    When reception tries to do "Explain rights and services"
    Then it is refused, because "It is possible once"
    When medical does "Stabilise the survivor now"
    And reception does "Explain rights and services"
    Then life was saved before rights were explained

  Scenario: A second danger comes first as well
    Given the assault happened 5 hours ago
    When reception receives her alone
    And reception corrects life threat to yes
    And medical does "Stabilise the survivor now"
    And reception corrects life threat to no
    And reception corrects life threat to yes
    Then medical can do "Stabilise the survivor now"
    When reception tries to do "Explain rights and services"
    Then it is refused, because "It is possible once"
    When medical does "Stabilise the survivor now"
    And reception does "Explain rights and services"
    Then life was saved before rights were explained

  Scenario: A caller is in danger, and help is sent at once
    Given the survivor is bleeding heavily
    When the survivor calls by telephone
    Then reception can do "Send help now"
    And medical has no task

  Scenario: The caller in danger arrives, and is treated first
    Given the survivor is bleeding heavily
    When the survivor calls by telephone
    And reception does "Record whether the survivor came"
      | fact             | answer |
      | survivor_arrived | yes    |
      | life_threat      | yes    |
      | able_to_express  | yes    |
    Then medical can do "Stabilise the survivor now"
    And nobody can do "Explain rights and services"
