/** When something was made, in words. @param ms epoch milliseconds */
export const inWords = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
