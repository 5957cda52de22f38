@E13 @duty:crisis-answered @duty:suicide-answered
Feature: Nobody in danger from themselves is left alone
  A step on the diagram is not enough: what is learnt after it, or corrected, is answered, too.

  Background:
    Given a survivor who is 29 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And the survivor chooses medical care and somebody to talk to

  Scenario: She thinks of ending her life: somebody stays with her before anything else
    When psychosocial does "Open the file and listen"
      | fact                          | answer |
      | Thoughts of ending one's life | Yes    |
    Then nobody who thinks of ending their life is left alone is owed
    And the next task of psychosocial is "Keep the survivor safe now"
    When psychosocial does "Keep the survivor safe now"
    Then nobody who thinks of ending their life is left alone is met

  Scenario: What was put down wrongly is put right, and somebody goes to her
    When psychosocial does "Open the file and listen"
    Then nobody who thinks of ending their life is left alone is not owed
    When psychosocial corrects suicide risk to yes
    Then nobody who thinks of ending their life is left alone is owed
    When everyone does their work
    And psychosocial fills in "The survivor was kept safe in a crisis"
    Then nobody who thinks of ending their life is left alone is met

  Scenario: It was an error, and then it was not: she is not forgotten the second time
    When psychosocial does "Open the file and listen"
      | fact                          | answer |
      | Thoughts of ending one's life | Yes    |
    And psychosocial does "Keep the survivor safe now"
    And psychosocial corrects suicide risk to no
    Then nobody who thinks of ending their life is left alone is not owed
    When psychosocial corrects suicide risk to yes
    Then nobody who thinks of ending their life is left alone is owed

  Scenario Outline: What was put down wrongly and put right is not forgotten because she was asked again
    When psychosocial does "Open the file and listen"
      | fact            | answer |
      | Another session | yes    |
      | Next session    | 2026-03-05T09:00:00+02:00 |
    And psychosocial corrects suicide risk to yes
    And everyone does their work
    And 3 days pass
    And psychosocial does "Hold a session"
      | fact                          | answer        |
      | Thoughts of ending one's life | <asked again> |
    Then nobody who thinks of ending their life is left alone is owed
    When psychosocial fills in "The survivor was kept safe in a crisis"
    Then nobody who thinks of ending their life is left alone is met

    Examples:
      | asked again       |
      | No                |
      | Not known         |
      | Prefers not to say |

  Scenario: What was told first is not forgotten because what was told again was a slip
    When psychosocial does "Open the file and listen"
      | fact            | answer |
      | Another session | yes    |
      | Next session    | 2026-03-05T09:00:00+02:00 |
    And psychosocial corrects suicide risk to yes
    And everyone does their work
    And 3 days pass
    And psychosocial does "Hold a session"
      | fact                          | answer |
      | Thoughts of ending one's life | Yes    |
    And psychosocial corrects suicide risk to no
    Then nobody who thinks of ending their life is left alone is owed

  Scenario: What is found again in a session is the next thing to be done
    When psychosocial does "Open the file and listen"
      | fact            | answer |
      | Another session | yes    |
      | Next session    | 2026-03-05T09:00:00+02:00 |
    And everyone does their work
    And 3 days pass
    And psychosocial does "Hold a session"
      | fact                          | answer |
      | Thoughts of ending one's life | Yes    |
    Then nobody who thinks of ending their life is left alone is owed
    And the next task of psychosocial is "Keep the survivor safe now"
    When psychosocial does "Keep the survivor safe now"
    Then nobody who thinks of ending their life is left alone is met

  Scenario: What is found again in a session is answered again, whether she goes on with the sessions or not
    When psychosocial does "Open the file and listen"
      | fact                          | answer |
      | Thoughts of ending one's life | Yes    |
      | Another session               | yes    |
      | Next session                  | 2026-03-05T09:00:00+02:00 |
    And everyone does their work
    And 3 days pass
    And psychosocial does "Hold a session"
      | fact                          | answer |
      | Thoughts of ending one's life | Yes    |
    Then nobody who thinks of ending their life is left alone is owed
    When the survivor wants no more sessions
    Then nobody who thinks of ending their life is left alone is owed
    When psychosocial fills in "The survivor was kept safe in a crisis"
    Then nobody who thinks of ending their life is left alone is met

  Scenario: One danger was answered, and then another is told of
    When psychosocial does "Open the file and listen"
      | fact                           | answer |
      | Needs somebody beside them now | Yes    |
    Then whoever needs somebody beside them now is not left alone is owed
    When psychosocial does "Keep the survivor safe now"
    Then whoever needs somebody beside them now is not left alone is met
    When psychosocial corrects suicide risk to yes
    Then nobody who thinks of ending their life is left alone is owed

  Scenario: Nobody walks over with her who is listened to already, and nobody ends that
    When psychosocial does "Open the file and listen"
      | fact            | answer                    |
      | suicide_risk    | yes                       |
      | another_session | yes                       |
      | next_session_at | 2026-03-05T09:30:00+02:00 |
    And medical does all its work
    Then nobody can do "Accompany to psychosocial"
    And psychosocial can do "Keep the survivor safe now"
    When reception fills in "Change what the survivor wants"
      | fact               | answer |
      | wants_psychosocial | no     |
    Then psychosocial can do "Keep the survivor safe now"
    And psychosocial care is running
    When psychosocial does "Keep the survivor safe now"
    Then psychosocial care was cancelled
