/** A label of GitHub's own machines that no machine answers to any more. */
export interface RetiredImage {
  /** The day of its removal. */
  readonly since: string;
  readonly instead: string;
  readonly source: string;
}

const issue = (number: number) => `https://github.com/actions/runner-images/issues/${number}`;
const ubuntu = (since: string, number: number): RetiredImage => ({ since, instead: 'ubuntu-24.04', source: issue(number) });
const macos = (since: string, number: number): RetiredImage => ({ since, instead: 'macos-15', source: issue(number) });
const windows = (since: string, number: number): RetiredImage => ({ since, instead: 'windows-2025', source: issue(number) });

/** By label, from the announcements of actions/runner-images as of 2026-11-21. */
const RETIRED: ReadonlyMap<string, RetiredImage> = new Map([
  ['ubuntu-16.04', ubuntu('2021-09-20', 3287)],
  ['ubuntu-18.04', ubuntu('2023-04-03', 6002)],
  ['ubuntu-20.04', ubuntu('2025-04-15', 11101)],
  ['ubuntu-22.04', ubuntu('2027-04-17', 14254)],
  ['ubuntu-22.04-arm', ubuntu('2027-04-17', 14254)],
  ['macos-10.15', macos('2022-12-01', 5583)],
  ['macos-11', macos('2024-06-28', 9255)],
  ['macos-12', macos('2024-12-03', 10721)],
  ['macos-13', macos('2025-12-08', 13046)],
  ['macos-14', macos('2026-11-02', 13518)],
  ['windows-2016', windows('2022-03-15', 4312)],
  ['windows-2019', windows('2025-06-30', 12045)],
]);

/** What is known of a label on a day; null while it is served, or when it is none of GitHub's. */
export function retiredImage(label: string, today: string): RetiredImage | null {
  const found = RETIRED.get(label.toLowerCase().replace(/^(macos-\d+)-(large|xlarge)$/, '$1'));
  return found !== undefined && found.since <= today ? found : null;
}
