export interface User {
  user_id: string
  email: string
  name: string
  is_admin: boolean
  /** Without one a sign-in link, or the API key, is the way in. */
  has_password: boolean
  created_at: string
}

export interface NewUser {
  email: string
  name: string
  /** To sign in on the web; without one only the API key opens. */
  password?: string
  is_admin?: boolean
}

export interface UserPage {
  users: User[]
  total: number
  has_more: boolean
}

/** The secret is shown here and never again. */
export interface CreatedUser extends User {
  api_key: string
  api_secret: string
}

export interface ApiCredentials {
  api_key: string
  /** Shown once, when the key is made. */
  api_secret: string | null
  message: string
}
