import { FormField } from '../forms/form-field';
import { SelectField } from '../forms/select-field';
import { Button } from '../ui/button';

interface Props {
  /** How many criteria can be entered. */
  count: number;
  onAdd: () => void;
  /** What stands in a field at first, by its name. */
  valueOf: (name: string) => string | undefined;
  /** What is wrong with one, as the server names it. */
  errorOf: (name: string) => string | undefined;
}

const CHECKS_MAX = 50;

/** Criteria of a test: what was to be seen, what was seen, and whether that met it. `checksIn` reads them. */
export function CheckFields({ count, onAdd, valueOf, errorOf }: Props) {
  return (
    <>
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className="grid gap-3 sm:grid-cols-[minmax(0,2fr)_minmax(0,2fr)_120px]">
          <FormField
            label={`Criterion ${index + 1}`}
            name={`check.${index}.criterion`}
            maxLength={500}
            defaultValue={valueOf(`check.${index}.criterion`)}
            error={errorOf(`checks.${index}.criterion`)}
          />
          <FormField
            label="Seen"
            name={`check.${index}.seen`}
            maxLength={1000}
            placeholder="86 of 86 tables"
            defaultValue={valueOf(`check.${index}.seen`)}
            error={errorOf(`checks.${index}.seen`)}
          />
          <SelectField
            label="Met"
            name={`check.${index}.isMet`}
            defaultValue={valueOf(`check.${index}.isMet`) ?? 'yes'}
          >
            <option value="yes">met</option>
            <option value="no">not met</option>
            <option value="">not looked at</option>
          </SelectField>
        </div>
      ))}
      <div>
        <Button disabled={count >= CHECKS_MAX} onClick={onAdd}>
          Add a criterion
        </Button>
      </div>
    </>
  );
}
