"""Identity: the organisations and people that every role (tenant, buyer, mentor, trainee, broker) points to."""

from __future__ import annotations

from db import enums, enums_everyday
from db import enums_results as codes
from db.fields import Bool, Code, DateText, Dec, Enum, Int, JsonText, Note, Ref, Tags, Text
from db.models.base import Kind, Record


class Organisation(Record):
    KIND = Kind("organisation", "单位", "Organisation", natural=(("uscc",), ("name_key", "region"), ("name_key",)))

    name = Text(
        "单位名称",
        "Name",
        req="S",
        form="T26-1",
        search=True,
        aliases=("企业名称", "公司名称", "名称", "机构名称", "单位", "企业", "企业全称", "团队名称"),
    )
    name_key = Text("名称比对键", "Name key", req="D", index=True)
    former_names = JsonText("曾用名", "Former names", search=True)
    uscc = Code(
        "统一社会信用代码",
        "Credit code",
        code_kind="uscc",
        req="F",
        form="T26-2",
        search=True,
        index=True,
        aliases=("社会信用代码", "信用代码", "组织机构代码", "统一代码", "组织机构代码/统一社会信用代码"),
    )
    org_kind = Enum("单位类别", "Kind", options=enums.ORG_KIND, req="F", null=False, aliases=("机构类别",))
    affiliation = Enum("隶属关系", "Affiliation", options=enums.AFFILIATION)
    party_nature = Code("买卖方性质", "Party nature", req="F", code_kind="party_nature")
    country = Code("国别地区代码", "Country code", req="F", code_kind="country")
    region = Code("行政区划代码", "Region code", req="F", code_kind="region")
    province = Text("省份", "Province", aliases=("所在省份", "所属省份"))
    district = Text("区县", "District", aliases=("地区", "所属区县", "所在区县"), search=True)
    address = Text("地址", "Address", max_length=500, aliases=("注册地址", "住所", "企业地址", "通讯地址"), search=True)
    postcode = Text("邮编", "Postcode", aliases=("邮政编码",))
    website = Text("网址", "Website")
    industry = Text("国民经济行业", "Industry", req="F", form="T26-5", aliases=("行业类别", "所属行业"))
    tech_field = Enum("技术领域", "Technical field", options=enums.TECH_FIELD, req="F", form="T26-7")
    highland = Text("四大科创高地", "Innovation highland")
    pilots = Text("改革试点", "Reform pilots")
    third_party_ratio = Dec("第三方转化收益分配比例", "Third-party share", unit="%")
    integrity_grade = Text("科研诚信等级", "Integrity grade", req="F")
    integrity_score = Int("科研诚信分值", "Integrity score", req="F")
    integrity_checked_on = DateText("诚信查询日期", "Integrity checked on", req="F")
    legal_rep = Text(
        "法定代表人", "Legal representative", personal=True, aliases=("法人代表", "法人", "法定代表人姓名")
    )
    contact_name = Text("联络人", "Contact", personal=True, aliases=("联系人",))
    contact_phone = Text("联系电话", "Phone", personal=True, masked="phone", aliases=("电话", "联系方式"))
    remarks = Note("备注", "Remarks", aliases=("说明",), internal=True)
    zone = Enum("片区", "Zone", options=codes.ZONE, computed=True)
    cluster = Text("“33618”产业集群", "Industry cluster")
    reward_pct = Dec("本单位收益分配比例", "Own reward share", unit="%", req="F")


class RelatedOrganisation(Record):
    KIND = Kind("related_org", "关联单位", "Related organisation", natural=(("organisation", "other"),), title="other")

    organisation = Ref(Organisation, "单位", "Organisation", req="S")
    other = Ref(Organisation, "关联单位", "Related to", req="S")
    relation = Enum("关联关系", "Relation", options=codes.RELATION, req="S", default="other")
    note = Note("说明", "Note", internal=True)


class Person(Record):
    KIND = Kind("person", "人员", "Person", natural=(("id_no",), ("name_key", "org", "phone")))

    name = Text("姓名", "Name", req="S", max_length=60, personal=True, search=True, aliases=("名字", "人员姓名"))
    name_key = Text("姓名比对键", "Name key", req="D", index=True, personal=True)
    id_kind = Enum("证件类型", "ID kind", options=enums.ID_KIND, req="F")
    id_no = Code(
        "证件号码",
        "ID number",
        code_kind="cid",
        req="F",
        personal=True,
        masked="id",
        index=True,
        aliases=("身份证号", "身份证号码", "证件号"),
    )
    gender = Enum("性别", "Gender", options=enums.GENDER)
    birth = DateText("出生年月", "Born", personal=True)
    phone = Text("手机", "Phone", personal=True, masked="phone", aliases=("手机号", "手机号码", "电话", "联系电话"))
    email = Text("邮箱", "E-mail", personal=True, aliases=("电子邮箱",))
    wechat = Text("微信", "WeChat", personal=True, masked="phone")  # for most people it is the mobile number
    org = Ref(Organisation, "单位", "Organisation", aliases=("工作单位", "所在单位", "所属单位"))
    department = Text("部门", "Department", aliases=("所在部门", "院系"))
    org_category = Enum("单位性质（人员口径）", "Organisation category", options=enums.ORG_CATEGORY, req="F")
    education = Text("学历", "Education")
    degree = Text("学位", "Degree")
    title = Text("职称", "Professional title")
    admin_post = Enum("行政职务", "Administrative post", options=enums.ADMIN_POST, req="F")
    escort_kind = Tags("“陪跑”类别", "Escort kind", options=enums.ESCORT_KIND)
    consent_on = DateText("个人信息告知同意日期", "Consent on", req="F")
    erased_on = DateText("个人信息删除日期", "Erased on", req="D", internal=True)
    returnee = Bool("留学归国", "Returnee", aliases=("留学回国", "是否留学归国"))
    title_level = Enum("职称级别", "Title level", options=enums_everyday.STAFF_TITLE_LEVEL)


class Affiliation(Record):
    """Where a person belonged and until when; the person's own `org` is where they are now."""

    KIND = Kind(
        "affiliation", "人员任职", "Affiliation", natural=(("person", "organisation", "starts_on"),), title="person"
    )

    person = Ref(Person, "人员", "Person", req="S", aliases=("姓名",))
    organisation = Ref(Organisation, "单位", "Organisation", req="S", aliases=("工作单位", "任职单位"))
    department = Text("部门", "Department", personal=True, aliases=("院系",))
    post = Text("职务", "Post", personal=True, aliases=("岗位",))
    starts_on = DateText("起", "From", aliases=("任职开始", "开始日期"))
    ends_on = DateText("止", "To", aliases=("任职结束", "结束日期"), since="starts_on")


class Operator(Record):
    """Who works with the workspace: one key slot per person, so that “who” in history is a person."""

    KIND = Kind("operator", "操作人", "Operator", natural=(("slot",),), title="name")

    name = Text("姓名", "Name", req="S", max_length=60, personal=True)
    person = Ref(Person, "人员", "Person")
    post = Text("岗位", "Post")
    slot = Text("钥匙槽", "Key slot")
    starts_on = DateText("起", "From")
    ends_on = DateText("止", "To", since="starts_on")
