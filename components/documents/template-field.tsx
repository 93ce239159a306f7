import { STANDARD_TEMPLATE_NAME } from '@/domain/report/words';
import { SelectField } from '../forms/select-field';

/** A template that can be chosen. */
export interface TemplateChoice {
  readonly templateId: string;
  readonly name: string;
  readonly recipients: readonly string[];
}

interface Props {
  templates: readonly TemplateChoice[];
  /** Empty: the standard one. */
  value: string;
  onChange: (templateId: string) => void;
  error: string | undefined;
}

/** With which template a report is made. */
export function TemplateField({ templates, value, onChange, error }: Props) {
  return (
    <SelectField
      label="Template"
      name="templateId"
      help="Which of our sections it has, in which order, and your words before them."
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
    >
      <option value="">{STANDARD_TEMPLATE_NAME}: every section</option>
      {templates.map(({ templateId, name }) => (
        <option key={templateId} value={templateId}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}
