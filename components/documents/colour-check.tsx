import {
  checkColour,
  type ColourCheck as Check,
  CONTRAST_MIN,
  DARK_GROUND,
  PAPER,
  ratioWords,
} from '@/domain/brand/contrast';
import { Mark } from '../backup/status-mark';
import { Button } from '../ui/button';

interface Props {
  /** #rrggbb */
  colour: string;
  onUse: (colour: string) => void;
}

const USE: Readonly<Record<Check['use'], string>> = {
  'on-white': 'Words in it, on white',
  'white-on-it': 'White words on it',
  'on-dark': 'Words in it, in dark mail',
};

/** How a colour does where it is used, by the very rule that pages and mails are made by. */
export function ColourCheck({ colour, onUse }: Props) {
  const checks = checkColour(colour);
  const nearest = checks[0]?.used ?? colour;
  return (
    <div className="flex flex-col gap-2">
      <ul aria-label="Contrast of the colour" className="border-line divide-line divide-y rounded-md border">
        {checks.map((check) => (
          <li key={check.use} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5">
            <Sample check={check} />
            <span className="text-13 min-w-0 flex-1">
              {USE[check.use]}
              {!check.isEnough && (
                <span className="text-ink-3 block text-xs">
                  Too weak: {CONTRAST_MIN}:1 is needed. {check.used} is used there in its place.
                </span>
              )}
            </span>
            <span className="text-13 tabular-nums">
              <Mark tone={check.isEnough ? 'ok' : 'risk'}>{ratioWords(check.ratio)}</Mark>
            </span>
          </li>
        ))}
      </ul>
      {nearest !== colour.toLowerCase() ? (
        <div>
          <Button onClick={() => onUse(nearest)}>
            <span
              aria-hidden="true"
              className="border-line size-3.5 rounded-sm border"
              style={{ backgroundColor: nearest }}
            />
            Use {nearest}, the nearest that is strong enough
          </Button>
        </div>
      ) : (
        <p className="text-ink-3 text-xs">
          No colour is strong enough on white and on black; one for white is lightened in dark mail.
        </p>
      )}
    </div>
  );
}

/** As it is used. */
function Sample({ check: { use, used } }: { check: Check }) {
  const colours: Readonly<Record<Check['use'], { color: string; backgroundColor: string }>> = {
    'on-white': { color: used, backgroundColor: PAPER },
    'white-on-it': { color: PAPER, backgroundColor: used },
    'on-dark': { color: used, backgroundColor: DARK_GROUND },
  };
  return (
    <span
      aria-hidden="true"
      className="border-line w-10 flex-none rounded border py-0.5 text-center text-sm font-semibold"
      style={colours[use]}
    >
      Aa
    </span>
  );
}
