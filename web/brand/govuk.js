// The behaviours of govuk-frontend that the pages use; bundled into web/static/govuk.js (docs/brand.md says how).
import {
  Button, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink, createAll
} from "govuk-frontend";

for (const component of [Button, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink]) createAll(component);
