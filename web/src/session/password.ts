/** As the server asks. */
export const minPasswordLength = 8
