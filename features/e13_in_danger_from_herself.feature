@E13 @duty:crisis-answered
Feature: Nobody in danger from themselves is left alone
  A step on the diagram is not enough: what is learnt after it, or corrected, is answered, too.

  Background:
    Given a survivor who is 29 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And the survivor chooses medical care and somebody to talk to

  Scenario: She thinks of ending her life: somebody stays with her before anything else
    When psychosocial does "Open the file and listen"
      | fact                           | answer |
      | Thoughts of ending one's life  | Yes    |
    Then nobody in danger from themselves is left alone is owed
    And the next task of psychosocial is "Keep the survivor safe now"
    When psychosocial does "Keep the survivor safe now"
    Then nobody in danger from themselves is left alone is met

  Scenario: What was put down wrongly is put right, and somebody goes to her
    When psychosocial does "Open the file and listen"
    Then nobody in danger from themselves is left alone is not owed
    When psychosocial corrects suicide risk to yes
    Then nobody in danger from themselves is left alone is owed
    When everyone does their work
    And psychosocial fills in "The survivor was kept safe in a crisis"
    Then nobody in danger from themselves is left alone is met
