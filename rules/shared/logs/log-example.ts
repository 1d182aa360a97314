/** A LOGGING for examples: handlers and loggers as Python text, one handler a line so that a line can be marked. */
export function loggingText(handlers: readonly string[], rest: string): string {
  return `LOGGING = {
    'version': 1,
    'disable_existing_loggers': False,
    'handlers': {
${handlers.map((handler) => `        ${handler}\n`).join('')}    },
    ${rest}
}
`;
}

export const CONSOLE_HANDLER = "'console': {'class': 'logging.StreamHandler'},";
