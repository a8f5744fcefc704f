import { type ThemeConfig, theme } from "antd";

/** Colours by meaning; the same values stand in styles/base.css as custom properties. */
export const colours = {
  ground: "#0d1116",
  panel: "#141a21",
  raised: "#1b232c",
  line: "#27313c",
  text: "#dbe2ea",
  muted: "#8a97a6",
  brand: "#f0b429",
  violation: "#f0524f",
  review: "#f0b429",
  falsePositive: "#7b93ad",
  dismissed: "#64707d",
  good: "#3fb68b",
  zone: "#4aa8ff",
} as const;

export const kaskaTheme: ThemeConfig = {
  algorithm: theme.darkAlgorithm,
  token: {
    colorPrimary: colours.brand,
    colorInfo: colours.zone,
    colorError: colours.violation,
    colorSuccess: colours.good,
    colorWarning: colours.review,
    colorBgBase: colours.ground,
    colorBgContainer: colours.panel,
    colorBgElevated: colours.raised,
    colorBorder: colours.line,
    colorBorderSecondary: colours.line,
    colorBorderDisabled: colours.line,
    colorTextBase: colours.text,
    colorTextLightSolid: "#14100a",
    borderRadius: 6,
    fontSize: 14,
    controlHeight: 32,
    fontFamily: 'Inter, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif',
  },
  components: {
    Button: { dangerColor: "#fff", fontWeight: 500 },
    Tooltip: { colorBgSpotlight: colours.raised, colorTextLightSolid: colours.text },
  },
};
