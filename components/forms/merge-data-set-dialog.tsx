'use client';

import { ReasonDialog } from './reason-dialog';
import { SelectField } from './select-field';

interface Props {
  dataSet: { dataSetId: string; name: string };
  /** Data sets of the same system, itself among them or not. */
  targets: readonly { dataSetId: string; name: string }[];
}

/** Says that a data set is another one of its system under a further name. */
export function MergeDataSetDialog({ dataSet: { dataSetId, name }, targets }: Props) {
  const others = targets.filter((one) => one.dataSetId !== dataSetId);
  if (others.length === 0) return null;
  return (
    <ReasonDialog
      title={`Merge ${name} into another data set`}
      description={`For the same data under two names: a path that was renamed or moved. A copy of ${name} will then count as a copy of the other, and the other way round. Different data is not to be merged, even where it belongs together: the system stands as its worst data set does. What is merged can be split again, holds while both hold what they hold now, and no report is changed.`}
      label="Merge data set"
      longLabel={`Merge ${name} into another data set`}
      address={`/api/v1/data-sets/${dataSetId}/merge`}
      body={{}}
      choice={{
        name: 'intoDataSetId',
        renderField: (error) => (
          <SelectField
            label="Which data set it is"
            name="intoDataSetId"
            required
            defaultValue=""
            error={error}
          >
            <option value="" disabled>
              Choose …
            </option>
            {others.map((one) => (
              <option key={one.dataSetId} value={one.dataSetId}>
                {one.name}
              </option>
            ))}
          </SelectField>
        ),
      }}
      affirmation={{ name: 'isSameData', label: 'Both are the same data under two names.' }}
      done={`${name} is merged.`}
    />
  );
}
